// Triage reads alerts from the queue and gives each a severity.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/anthropics/anthropic-sdk-go"
)

type alert struct {
	Service string `json:"service"`
	Text    string `json:"text"`
}

func severity(ctx context.Context, client anthropic.Client, a alert) (string, error) {
	message, err := client.Messages.New(ctx, anthropic.MessageNewParams{
		Model:     anthropic.ModelClaudeSonnet4_5,
		MaxTokens: 16,
		Messages: []anthropic.MessageParam{
			anthropic.NewUserMessage(anthropic.NewTextBlock(fmt.Sprintf("Severity of %s: %s", a.Service, a.Text))),
		},
	})
	if err != nil {
		return "", fmt.Errorf("severity: %w", err)
	}
	return message.Content[0].Text, nil
}

func explain(ctx context.Context, client anthropic.Client, a alert) (string, error) {
	message, err := client.Messages.New(ctx, anthropic.MessageNewParams{
		Model:     anthropic.Model(os.Getenv("EXPLAIN_MODEL")),
		MaxTokens: 800,
		Messages:  []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock(a.Text))},
	})
	if err != nil {
		return "", fmt.Errorf("explain: %w", err)
	}
	return message.Content[0].Text, nil
}

func main() {
	client := anthropic.NewClient()
	http.HandleFunc("POST /alerts", func(w http.ResponseWriter, r *http.Request) {
		var a alert
		if err := json.NewDecoder(r.Body).Decode(&a); err != nil {
			http.Error(w, "bad alert", http.StatusBadRequest)
			return
		}
		level, err := severity(r.Context(), client, a)
		if err != nil {
			log.Printf("triage failed: %v", err)
			http.Error(w, "try later", http.StatusBadGateway)
			return
		}
		text, _ := explain(r.Context(), client, a)
		_ = json.NewEncoder(w).Encode(map[string]string{"severity": level, "explanation": text})
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
