module labelled

go 1.24
