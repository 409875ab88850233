module acme.example/triage

go 1.25

require github.com/anthropics/anthropic-sdk-go v1.13.0
