"""Small parts that know nothing of the product: errors, clock, ids, limits, jobs, access, wire formats."""
