use anyhow::{Context, Result};
use async_openai::{config::OpenAIConfig, types::CreateEmbeddingRequestArgs, Client};

/// The vectors in the index have 3072 dimensions: another model means indexing everything again.
const EMBEDDING_MODEL: &str = "text-embedding-3-large";

async fn embed(client: &Client<OpenAIConfig>, texts: &[String]) -> Result<Vec<Vec<f32>>> {
    let request = CreateEmbeddingRequestArgs::default()
        .model(EMBEDDING_MODEL)
        .input(texts)
        .build()?;
    let response = client.embeddings().create(request).await.context("embedding")?;
    Ok(response.data.into_iter().map(|row| row.embedding).collect())
}

#[tokio::main]
async fn main() -> Result<()> {
    let client = Client::new();
    let pages: Vec<String> = std::env::args().skip(1).collect();
    for chunk in pages.chunks(64) {
        println!("{}", embed(&client, chunk).await?.len());
    }
    Ok(())
}
