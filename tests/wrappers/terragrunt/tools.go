//go:build tools

// Package tools names the terragrunt that ../run builds, so that go.mod and go.sum pin it whole.
package tools

import _ "github.com/gruntwork-io/terragrunt"
