"""PostgreSQL and Valkey out of wheels, and the processes of ./okr run.

Nothing here imports Django or the product: it prepares the environment that their processes read.
"""
