"""What every slice stands on: settings, database, doors, errors, forms, languages, the clock."""
