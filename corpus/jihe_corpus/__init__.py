"""Reports with known truth: gold annotations, samples, the generator, planted errors and scoring."""
