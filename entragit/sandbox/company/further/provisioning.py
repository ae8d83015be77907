"""The made-up company: what makes its people accounts in other systems by itself."""

from __future__ import annotations

from entragit.sandbox.company.build import Build, nasty, values
from entragit.sandbox.provisioning import JOBS, attribute, running, schema


def make(build: Build) -> None:
    """Add it to the company; needs its applications and groups."""
    for word, template, state in (("saml", "customappsso", "Active"), ("portal", "scim", "Disabled")):
        owner = build.known[f"principal:{build.known[f'app:{word}']}"]
        own = f"{template}.{build.tenant.id.replace('-', '')}.{build.guid()}"
        job = build.add(JOBS, {"id": f"{owner}/{own}", "templateId": template, **running(state)})
        job |= {"servicePrincipalId": owner, "schema": schema(own)}
    _customised(build, next(iter(build.tenant.objects[JOBS].values())))


def _customised(build: Build, job: dict[str, object]) -> None:
    """Some people only, one group, an attribute that is worked out, settings."""
    clause = values("filterClause", operatorName="EQUALS", sourceOperandName="department",
                    targetOperand=values("filterOperand", values=["Sales", nasty(3, 1)[0]]))  # fmt: skip
    scope = values("filter", groups=[values("filterGroup", name=nasty(4, 1)[0], clauses=[clause])])
    worked = attribute("mail", "nick")
    worked["source"] |= {"type": "Function", "name": "Join", "expression": 'Join("", [mailNickname], "x")'}
    group = next(iter(build.tenant.objects["groups"]))
    held = schema(str(job["id"]).rpartition("/")[2], scope=scope, attributeMappings=[
        attribute("userPrincipalName", "userName", 1), worked])  # fmt: skip
    held["synchronizationRules"][0]["groupFilter"] = values("groupFilter", includedGroups=[group])
    held["synchronizationRules"][0]["metadata"] = [
        values("stringKeyStringValuePair", key="defaultSourceObjectMappings", value="")
    ]
    settings = [values("keyValuePair", name=name, value=said)
                for name, said in (("QuarantineTooManyDeletes", "True"), ("Zone", "eu"))]  # fmt: skip
    job |= {"schema": held, "synchronizationJobSettings": settings}
