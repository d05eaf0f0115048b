module labelled121

go 1.21
