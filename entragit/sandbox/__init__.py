"""A strict local Entra: tenants, their store, and an HTTPS server that answers as Microsoft Graph does."""
