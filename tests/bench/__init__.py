"""The benchmarks that ./dev bench runs."""
