module defermod.invalid/gofacts

go 1.22
