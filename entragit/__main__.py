"""`python -m entragit`."""

from entragit.cli.main import run

if __name__ == "__main__":
    run()
