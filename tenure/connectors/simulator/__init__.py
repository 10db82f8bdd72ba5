"""Makes up a software company's customers and sends their history through the intake; all of it plainly simulated."""
