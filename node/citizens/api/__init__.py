"""The network for programs, under /api/v1: the same questions and answers as the pages, as JSON, described by OpenAPI.

Reading order: answering, vacancies, lookups, operations, json_schema, wording, description, blueprint, page.
"""
