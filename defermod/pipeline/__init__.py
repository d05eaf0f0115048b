"""The way of a file through the program: inputs, workers, stages."""
