// Package heap lets tests look for secrets that should have been wiped.
package heap
