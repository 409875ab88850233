resource "aws_bedrockagent_agent" "depot" {
  agent_name              = "depot-helper"
  agent_resource_role_arn = aws_iam_role.agent.arn
  foundation_model        = "amazon.nova-lite-v1:0"
  instruction             = "You answer questions of depot staff about opening hours and bays."
}
