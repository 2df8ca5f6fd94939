using System.Text;
using System.Text.Json.Nodes;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Tests.Templates;

public sealed class TemplateDefinitionReaderTests
{
    private const string Tiny = """
        // A second template is a second file.
        {
          "name": "tiny",
          "description": "As small as Debian gets",
          "suite": "trixie",
          "packages": ["bash", "libstdc++6", "python3.13",],
          "environment": { "PATH": "/usr/bin:/bin", "HOME": "/home/sandbox", "EMPTY": "" },
          "shell": ["/bin/sh", "-c"],
        }
        """;

    [Fact]
    public void Read_CommentsAndTrailingCommas_AreFine()
    {
        var definition = Read(Tiny);

        var debian = Assert.IsType<TemplateSource.Debian>(definition.Source);
        Assert.Equal(("tiny", "As small as Debian gets", "trixie"), (definition.Name, definition.Description, debian.Suite));
        Assert.Equal(["bash", "libstdc++6", "python3.13"], debian.Packages);
        Assert.Equal(["/bin/sh", "-c"], definition.Shell);
        Assert.Equal("/home/sandbox", definition.Environment["HOME"]);
        Assert.Equal("", definition.Environment["EMPTY"]);
    }

    [Fact]
    public void Read_ManyMistakes_ReportsAllAtOnce()
    {
        const string Wrong = """
            {
              "name": "Tiny", "suite": "book worm", "mirror": "http://example.org",
              "packages": ["bash", "bash", "--hook=evil", 7],
              "environment": { "PATH": 1, "A=B": "x", "HOME": "/home" },
              "shell": ["bash"]
            }
            """;

        var message = Assert.Throws<TemplateException>(() => Read(Wrong)).Message;

        Assert.Equal(
            """
            tiny.json is not a template:
              name: 1 to 63 of a-z, 0-9 and '-', not '-' first
              name: must be 'tiny', as the file is called
              description: is missing
              suite: 'book worm' is not the name of a Debian release
              packages[3]: must be a string that is not empty
              packages: '--hook=evil' is not the name of a Debian package
              packages: 'bash' is listed more than once
              environment.PATH: must be a string
              environment: 'A=B' is not the name of a variable
              environment.PATH: is missing
              shell: the first word must be an absolute path
              mirror: there is no such field
            """,
            message);
    }

    [Theory]
    [InlineData("name")]
    [InlineData("description")]
    [InlineData("suite")]
    [InlineData("packages")]
    [InlineData("environment")]
    [InlineData("shell")]
    public void Read_FieldMissingOrOfAnotherType_IsNamed(string field)
    {
        Assert.Contains($"{field}: is missing", Assert.Throws<TemplateException>(() => Read(Change(json => json.Remove(field)))).Message, StringComparison.Ordinal);
        Assert.Contains($"{field}: must be ", Assert.Throws<TemplateException>(() => Read(Change(json => json[field] = 1))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("packages")]
    [InlineData("shell")]
    public void Read_EmptyList_IsRefused(string field) =>
        Assert.Contains($"{field}: must not be empty", Assert.Throws<TemplateException>(() => Read(Change(json => json[field] = new JsonArray()))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("""{ "name": "tiny", "name": "tiny" }""")]
    public void Read_NoSingleObject_IsRefused(string text) => Assert.Throws<TemplateException>(() => Read(text));

    [Fact]
    public void Read_Image_NeedsNothingElse()
    {
        var definition = Read("""{ "name": "tiny", "description": "d", "image": "alpine:3.20" }""");

        Assert.Equal("alpine:3.20", Assert.IsType<TemplateSource.Image>(definition.Source).Reference.Text);
        Assert.Equal(["/bin/sh", "-c"], definition.Shell);
        Assert.Empty(definition.Environment);
    }

    [Fact]
    public void Read_ImageWithoutShell_HasNone()
    {
        var definition = Read("""{ "name": "tiny", "description": "d", "image": "tool", "shell": [], "environment": { "LANG": "C" } }""");

        Assert.Empty(definition.Shell);
        Assert.Equal("C", Assert.Single(definition.Environment).Value);
    }

    [Theory]
    [InlineData("""{ "name": "tiny", "description": "d", "image": "tool", "suite": "bookworm", "packages": ["bash"] }""", "not from both")]
    [InlineData("""{ "name": "tiny", "description": "d", "image": "tool", "packages": ["bash"] }""", "not from both")]
    [InlineData("""{ "name": "tiny", "description": "d" }""", "either suite and packages, which is Debian, or image")]
    [InlineData("""{ "name": "tiny", "description": "d", "image": "No Such" }""", "image: must be the reference of an image")]
    [InlineData("""{ "name": "tiny", "description": "d", "image": 7 }""", "image: must be a string")]
    [InlineData("""{ "name": "tiny", "description": "d", "image": "tool", "shell": ["sh"] }""", "shell: the first word must be an absolute path")]
    public void Read_WrongSource_SaysSo(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<TemplateException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("suite", "bookworm\n")]
    [InlineData("packages", "bash\n")]
    public void Read_NameWithNewline_IsRefused(string field, string value) =>
        Assert.Throws<TemplateException>(() => Read(Change(json => json[field] = field is "packages" ? new JsonArray(value) : value)));

    [Fact]
    public void Read_TextWithNul_IsRefused() =>
        Assert.Throws<TemplateException>(() => Read(Change(json => json["environment"]!["PATH"] = "/bin\0/evil")));

    [Fact]
    public void ReadFile_NoSuchFile_NamesIt() =>
        Assert.Contains("/nowhere/tiny.json", Assert.Throws<TemplateException>(() => TemplateDefinitionReader.ReadFile("/nowhere/tiny.json")).Message, StringComparison.Ordinal);

    private static string Change(Action<JsonObject> change)
    {
        var json = JsonNode.Parse(Tiny, documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true })!.AsObject();
        change(json);
        return json.ToJsonString();
    }

    private static TemplateDefinition Read(string json) => TemplateDefinitionReader.Read("tiny", Encoding.UTF8.GetBytes(json));
}
