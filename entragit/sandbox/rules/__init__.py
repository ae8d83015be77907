"""What the sandbox knows of Graph, in its own words: types and rules, each with the line of the facts it stands on."""
