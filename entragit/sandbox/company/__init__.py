"""A made-up company, part by part: each module fills the kinds of one area of a tenant."""
