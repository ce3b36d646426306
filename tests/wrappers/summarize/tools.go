//go:build tools

// Package tools names the tf-summarize that ../run builds, so that go.mod and go.sum pin it whole.
package tools

import _ "github.com/dineshba/tf-summarize"
