module rekey

go 1.23.0

require (
	filippo.io/age v1.2.1
	github.com/aws/aws-lambda-go v1.54.0
	github.com/go-json-experiment/json v0.0.0-20250211171154-1ae217ad3535
	github.com/kelseyhightower/envconfig v1.4.0
	github.com/rogpeppe/go-internal v1.14.1
	github.com/spf13/cobra v1.10.2
	github.com/spf13/pflag v1.0.9
	golang.org/x/term v0.34.0
)

require (
	github.com/inconshreveable/mousetrap v1.1.0 // indirect
	golang.org/x/crypto v0.41.0 // indirect
	golang.org/x/sys v0.35.0 // indirect
	golang.org/x/tools v0.26.0 // indirect
)
