"""All that exists without a browser: data, models, training, runs, evaluation."""
