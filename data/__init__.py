"""Data the pipeline ships: categories, phrases, URL rules, routes, schemas, sample. Installed as `hotline_data`."""
