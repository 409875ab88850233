package acme.extraction

import aws.sdk.kotlin.services.bedrockruntime.BedrockRuntimeClient
import aws.sdk.kotlin.services.bedrockruntime.model.ContentBlock
import aws.sdk.kotlin.services.bedrockruntime.model.ConversationRole
import aws.sdk.kotlin.services.bedrockruntime.model.ConverseRequest
import aws.sdk.kotlin.services.bedrockruntime.model.Message

private const val MODEL = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"

/** Reads sender, receiver and weight from a scanned waybill. */
class WaybillExtractor(private val client: BedrockRuntimeClient) {
    suspend fun extract(text: String): String {
        val response = client.converse(
            ConverseRequest {
                modelId = MODEL
                messages = listOf(
                    Message {
                        role = ConversationRole.User
                        content = listOf(ContentBlock.Text("Extract the fields as JSON:\n$text"))
                    },
                )
            },
        )
        return response.output?.asMessage()?.content?.first()?.asText().orEmpty()
    }
}
