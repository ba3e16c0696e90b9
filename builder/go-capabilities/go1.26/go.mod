module slipway.local/capabilities

go 1.26.0

require (
	github.com/google/capslock v0.2.7
	// From 0.52 on, it starts Go in a process group of its own, which the sandbox landlock refuses.
	golang.org/x/tools v0.51.0
)

require (
	github.com/fatih/color v1.18.0 // indirect
	github.com/mattn/go-colorable v0.1.13 // indirect
	github.com/mattn/go-isatty v0.0.20 // indirect
	golang.org/x/mod v0.42.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	google.golang.org/protobuf v1.36.3 // indirect
)
