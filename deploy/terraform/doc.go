// Package terraform reads a folder of Terraform files and evaluates it as the
// plan of a first deployment would be, without Terraform, a provider or a
// cloud: tests and the local stage see the very environment, limits and
// gateway document that are deployed. Start at Evaluate.
//
// It knows variables with their validations, locals, resources and data
// sources with for_each, count, dynamic blocks and preconditions, outputs, and
// the functions of Terraform's language that need neither network nor clock.
// What it does not know is an error, never left out: modules, provisioners,
// other functions. It has no schema of any provider: whether an argument
// exists, `terraform validate` says.
package terraform
