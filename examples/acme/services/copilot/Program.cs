using Azure.AI.OpenAI;
using Azure.Identity;
using OpenAI.Chat;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddSingleton(_ =>
{
    var endpoint = new Uri(builder.Configuration["AzureOpenAI:Endpoint"]!);
    var client = new AzureOpenAIClient(endpoint, new DefaultAzureCredential());
    return client.GetChatClient(builder.Configuration["AzureOpenAI:Deployment"]);
});

var app = builder.Build();

app.MapPost("/plan", async (PlanRequest request, ChatClient chat) =>
{
    ChatCompletion completion = await chat.CompleteChatAsync(
        new SystemChatMessage("You help planners to fill trucks."),
        new UserChatMessage(request.Question));
    return Results.Ok(new { answer = completion.Content[0].Text });
});

app.Run();

internal sealed record PlanRequest(string Question);
