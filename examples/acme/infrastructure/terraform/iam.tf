data "aws_iam_policy_document" "extraction" {
  statement {
    sid     = "InvokeModel"
    actions = ["bedrock:InvokeModel"]
    resources = [
      "arn:aws:bedrock:eu-central-1:111122223333:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
      "arn:aws:bedrock:eu-central-1:111122223333:application-inference-profile/a1b2c3d4e5f6",
    ]
  }
}

resource "aws_iam_role_policy" "extraction" {
  name   = "extraction"
  role   = aws_iam_role.extraction.id
  policy = data.aws_iam_policy_document.extraction.json
}
