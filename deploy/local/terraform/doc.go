// Package terraform shows what the Terraform files of deploy/yandex and
// deploy/aws say, without a provider or a cloud. What is derived from variables
// stands in a module without providers, derived, which the real program
// evaluates: see Derive. What stands on resources is read, not evaluated: see
// Read.
//
// The program is terraform or tofu, 1.9 or later, of PATH. It is run in a
// temporary folder and asks nothing of the network.
package terraform
