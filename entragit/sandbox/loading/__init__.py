"""How a real export becomes part of a tenant: read, recognised, cleaned, stored, and what it lacks made up."""
