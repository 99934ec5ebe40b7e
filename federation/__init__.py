"""One mechanism by which every comune publishes its records and keeps a verified copy of everybody else's."""
