// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"os"
	"strings"
)

// protocolData names the directory into which terraform-plugin-go writes what Terraform sends and gets.
const protocolData = "TF_LOG_SDK_PROTO_DATA_DIR"

// ignoreProtocolData has terraform-plugin-go write no such files: the provider block is in them, with the key, and others
// can read them. The warning is for whoever reads the log, where Terraform takes the level from its first word.
func ignoreProtocolData() error {
	if os.Getenv(protocolData) == "" {
		return nil
	}
	fmt.Fprintf(os.Stderr, "[WARN] %s is ignored: the files would hold the provider block, with the private key\n", protocolData)
	return os.Unsetenv(protocolData)
}

// silenceUnreadLogs turns the provider's log off unless some TF_LOG variable asks for one. Left alone, terraform-plugin-log writes at TRACE, and
// Terraform parses every line only to drop it: three tenths of the time that a no-op plan of 1,000 resources takes.
func silenceUnreadLogs() error {
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "TF_LOG") && value != "" {
			return nil
		}
	}

	// The names that terraform-plugin-go and terraform-plugin-framework read; the last is the provider's own log.
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_ALEPH"} {
		if err := os.Setenv(name, "off"); err != nil {
			return err
		}
	}
	return nil
}
