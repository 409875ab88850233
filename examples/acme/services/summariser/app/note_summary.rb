# frozen_string_literal: true

require "openai"

# Shortens what drivers dictate at the end of a shift.
class NoteSummary
  DEFAULT_MODEL = "gpt-4.1"

  def initialize(client: OpenAI::Client.new(access_token: ENV.fetch("OPENAI_API_KEY")))
    @client = client
    @model = ENV.fetch("NOTE_MODEL", DEFAULT_MODEL)
  end

  def call(note)
    response = @client.chat(
      parameters: {
        model: @model,
        messages: [{ role: "user", content: "Two sentences at most:\n#{note}" }],
        temperature: 0.2
      }
    )
    response.dig("choices", 0, "message", "content")
  end
end
