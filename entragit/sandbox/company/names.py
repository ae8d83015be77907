"""Names: of people, places and things, and those that break careless programs."""

from __future__ import annotations

import random

# (name, the same in ASCII for addresses)
FIRST = (
    ("Ada", "ada"), ("Amira", "amira"), ("Anna", "anna"), ("Björn", "bjorn"), ("Carlos", "carlos"), ("Chloé", "chloe"),
    ("Daniel", "daniel"), ("Đặng", "dang"), ("Elif", "elif"), ("Emma", "emma"), ("Fatima", "fatima"), ("Grace",
    "grace"),
    ("Hiroshi", "hiroshi"), ("Ines", "ines"), ("Ivan", "ivan"), ("Jamal", "jamal"), ("Jürgen", "juergen"),
    ("Katarzyna", "katarzyna"), ("Lars", "lars"), ("Li Na", "lina"), ("Liam", "liam"), ("Łukasz", "lukasz"),
    ("Мария", "maria"), ("Mateo", "mateo"), ("Mohammed", "mohammed"), ("Nadia", "nadia"), ("Noah", "noah"),
    ("Olivia", "olivia"), ("Óscar", "oscar"), ("Priya", "priya"), ("Quentin", "quentin"), ("Rahul", "rahul"),
    ("Rosa", "rosa"), ("Sanne", "sanne"), ("Siobhán", "siobhan"), ("Sofia", "sofia"), ("Thandiwe", "thandiwe"),
    ("Tomáš", "tomas"), ("Uma", "uma"), ("Victor", "victor"), ("Wanjiru", "wanjiru"), ("Yuki", "yuki"), ("Zoë", "zoe"),
)  # fmt: skip
LAST = (
    ("Almeida", "almeida"), ("Andersen", "andersen"), ("Baker", "baker"), ("Bianchi", "bianchi"), ("Björk", "bjork"),
    ("Chen", "chen"), ("Costa", "costa"), ("Dąbrowski", "dabrowski"), ("de Vries", "devries"), ("Dubois", "dubois"),
    ("Eriksen", "eriksen"), ("Farouk", "farouk"), ("García", "garcia"), ("Haddad", "haddad"), ("Hansen", "hansen"),
    ("Ibáñez", "ibanez"), ("Iyer", "iyer"), ("Jansen", "jansen"), ("Kowalska", "kowalska"), ("Kumar", "kumar"),
    ("Lindqvist", "lindqvist"), ("Lovelace", "lovelace"), ("Moreau", "moreau"), ("Müller", "mueller"), ("Mwangi",
    "mwangi"),
    ("Nakamura", "nakamura"), ("Novák", "novak"), ("O'Brien", "obrien"), ("Okafor", "okafor"), ("Patel", "patel"),
    ("Petrov", "petrov"), ("Quispe", "quispe"), ("Rossi", "rossi"), ("Sato", "sato"), ("Schmidt", "schmidt"),
    ("Şahin", "sahin"), ("Silva", "silva"), ("Smith", "smith"), ("Tanaka", "tanaka"), ("Turner", "turner"),
    ("van den Berg", "vandenberg"), ("Weber", "weber"), ("Wójcik", "wojcik"), ("Yılmaz", "yilmaz"), ("Zhang", "zhang"),
)  # fmt: skip
DEPARTMENTS = ("Engineering", "Sales", "Finance", "Human Resources", "Operations", "Marketing", "Legal", "IT")
TITLES = ("Analyst", "Engineer", "Specialist", "Coordinator", "Consultant", "Manager", "Lead", "Associate")
# (city, country, ISO code, language)
OFFICES = (
    ("Amsterdam", "Netherlands", "NL", "nl-NL"), ("Dublin", "Ireland", "IE", "en-IE"), ("Warszawa", "Poland", "PL",
    "pl-PL"),
    ("Seattle", "United States", "US", "en-US"), ("Singapore", "Singapore", "SG", "en-SG"),
)  # fmt: skip
COMPANIES = ("Northwind Traders", "Fabrikam", "Adventure Works", "Tailspin Toys", "Wide World Importers", "Litware")
PROJECTS = (
    "Aurora", "Basalt", "Cobalt", "Drift", "Ember", "Fjord", "Granite", "Harbour", "Indigo", "Juniper", "Kestrel",
    "Lantern", "Meridian", "Nimbus", "Onyx", "Pelican", "Quartz", "Rhino", "Sable", "Tundra", "Umbra", "Vertex",
)  # fmt: skip
PURPOSES = ("Team", "Editors", "Readers", "Leads", "Contractors", "VPN", "Printing", "Test", "Archive", "Announcements")

# Each is only a name, in every sink: a path, a terminal, a workflow log, Markdown, HTML, a spreadsheet, YAML, SQL.
NASTY = (
    "../../etc/passwd",
    "| a | b |\\|",
    "<script>alert(1)</script>",
    "null",
    "::set-output name=token::stolen",
    "\u202egnp.exe",  # right-to-left override
    "=HYPERLINK(\"https://evil.example\",\"click\")",
    "anna schmidt",
    "ANNA SCHMIDT",
    "yes",
    "1e3",
    "CON",
    "-rf --no-preserve-root",
    "trailing dots...",
    "# not a comment",
    "quote\" and 'quote' and `quote`",
    "👩‍👩‍👧‍👦 Family 🏳️‍🌈",
    "key: value",
    "\u001b[2J\u001b[31mred\u001b[0m",  # terminal escape
    "[link](javascript:alert(1))",
    "C:\\Windows\\System32",
    "%USERPROFILE%",
    "${{ github.token }}",
    "nul.txt",
    "a\tb",
    "0x1F",
    "2026-02-30",
    "~",
    "!!python/object/apply:os.system ['id']",
    "&anchor *alias",
    "e\u0301 and \u00e9",  # one letter, composed and decomposed
    "zero\u200bwidth\ufeffjoined",
    ".hidden",
    "{\"json\": [1, 2]}",
    "Robert'); DROP TABLE users;--",
    "123456789012345678901234567890",
    "x" * 256,
    "𝕯𝖔𝖚𝖇𝖑𝖊 𝖘𝖙𝖗𝖚𝖈𝖐",
    "@everyone",
    "::error file=a.yaml::forged",
    "no",
    "line\u2028separator",
    "İstanbul ı",
    "-",
    "?",
)  # fmt: skip


def person(rng: random.Random) -> tuple[str, str, str]:
    """(given name, surname, "given.surname" in ASCII) of somebody."""
    (first, first_ascii), (last, last_ascii) = rng.choice(FIRST), rng.choice(LAST)
    return first, last, f"{first_ascii}.{last_ascii}"
