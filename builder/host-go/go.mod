module github.com/mimir-aip/mimir-aip-go

go 1.18
