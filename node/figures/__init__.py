"""Network-wide figures: what each node reckons of its own vacancies, and what coordinators read of all of them."""
