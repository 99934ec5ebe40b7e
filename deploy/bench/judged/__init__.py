"""What people of the area search for and which vacancies answer it, written down before any tuning: see README.md."""
