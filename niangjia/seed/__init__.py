"""The demo district: made up from public totals, by the verbs anybody else uses; no person in it is real."""
