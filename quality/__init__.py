"""Specifications, certificates, lots, nonconformances, corrective actions and scorecards."""
