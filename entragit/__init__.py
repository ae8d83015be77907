"""entragit keeps a Microsoft Entra ID tenant in Git and can put any commit back."""

__version__ = "0.1.0"
