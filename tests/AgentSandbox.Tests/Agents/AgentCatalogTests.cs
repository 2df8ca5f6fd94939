using System.Text.Json;
using AgentSandbox.Server;
using AgentSandbox.Server.Agents;

namespace AgentSandbox.Tests.Agents;

public sealed class AgentCatalogTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("agents-").FullName;

    [Fact]
    public void Load_NoSuchDirectory_IsEmpty() => Assert.Empty(AgentCatalog.Load(Path.Combine(_directory, "none")).All);

    [Fact]
    public void Load_BrokenManifests_AreAllNamed()
    {
        Write("one", "{");
        Write("two", Manifest("other"));
        Write("three", Manifest("three").Replace("1000", "0", StringComparison.Ordinal));
        Write("four", Manifest("four").Replace("\"version\"", "\"versoin\"", StringComparison.Ordinal));

        var failure = Assert.Throws<ConfigurationException>(() => AgentCatalog.Load(_directory));

        Assert.Equal(4, failure.Errors.Count);
        Assert.Contains(failure.Errors, error => error.Contains("two", StringComparison.Ordinal) && error.Contains("name is 'other'", StringComparison.Ordinal));
        Assert.Contains(failure.Errors, error => error.Contains("limits.timeoutMs must be from 1 to 3600000", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{}", "input", "is missing.")]
    [InlineData("""{"input":""}""", "input", "is shorter than the 1 characters needed.")]
    [InlineData("""{"input":" \n\t "}""", "input", "must not be blank.")]
    [InlineData("""{"input":5}""", "input", "must be a text.")]
    [InlineData("""{"input":"12345678901"}""", "input", "is longer than the 10 characters allowed.")]
    [InlineData("""{"input":"x","options":{"summary":"yes"}}""", "options.summary", "must be true or false.")]
    [InlineData("""{"input":"x","more":1}""", "more", "is not a field here. Known fields: input, options.")]
    [InlineData("[]", "body", "must be an object.")]
    [InlineData("""{"input":"x","huge":HUGE}""", "body", "holds a value that cannot be checked, such as a number with hundreds of digits.")]
    public void Validate_WhatDoesNotFit_NamesTheField(string input, string field, string message)
    {
        var errors = LoadOne().Validate(JsonDocument.Parse(input.Replace("HUGE", new string('1', 400), StringComparison.Ordinal)).RootElement);

        Assert.Contains(message, errors.Fields[field]);
    }

    [Theory]
    [InlineData("""{"input":"1234567890"}""")]
    [InlineData("""{"input":"🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉"}""")]
    [InlineData("""{"input":"x","options":{"summary":false}}""")]
    public void Validate_WhatFits_IsTaken(string input) => Assert.False(LoadOne().Validate(JsonDocument.Parse(input).RootElement).Any);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Agent LoadOne()
    {
        Write("echo", Manifest("echo"));
        return AgentCatalog.Load(_directory).Find("echo")!;
    }

    private void Write(string folder, string manifest)
    {
        Directory.CreateDirectory(Path.Combine(_directory, folder));
        File.WriteAllText(Path.Combine(_directory, folder, "agent.json"), manifest);
    }

    private static string Manifest(string name) => $$"""
        {
          "name": "{{name}}", "version": "1", "description": "Echoes.", "command": ["/bin/cat"],
          "inputSchema": {
            "type": "object", "required": ["input"], "additionalProperties": false,
            "properties": {
              "input": { "type": "string", "minLength": 1, "maxLength": 10, "pattern": "\\S" },
              "options": { "type": "object", "additionalProperties": false, "properties": { "summary": { "type": "boolean" } } }
            }
          },
          "outputSchema": {}, "limits": { "timeoutMs": 1000, "maxOutputBytes": 1024 }
        }
        """;
}
