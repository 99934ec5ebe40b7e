"""Every boundary of the system in marshmallow: what a person types, what the network sees, and the codes both use."""
