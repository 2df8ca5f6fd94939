using AgentSandbox.Server.Templates;

namespace AgentSandbox.Tests.Templates;

public sealed class TemplateCatalogTests : IDisposable
{
    private readonly string _definitions = Directory.CreateTempSubdirectory("template-tests-").FullName;

    public void Dispose() => Directory.Delete(_definitions, recursive: true);

    [Fact]
    public void Load_TwoFiles_AreTwoTemplates()
    {
        Write("tiny");
        Write("default");

        Assert.Equal(["default", "tiny"], TemplateCatalog.Load(_definitions).Definitions.Select(definition => definition.Name));
    }

    [Fact]
    public void Load_TheShippedOnes_AreValid() =>
        Assert.Contains("default", TemplateCatalog.Load(ShippedDefinitions()).Definitions.Select(definition => definition.Name));

    [Fact]
    public void Load_MistakesInTwoFiles_ReportsBoth()
    {
        Write("one", suite: "");
        Write("two", suite: "no such");

        var message = Assert.Throws<TemplateException>(() => TemplateCatalog.Load(_definitions)).Message;

        Assert.Contains("one.json", message, StringComparison.Ordinal);
        Assert.Contains("two.json", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoDefinition_IsRefused()
    {
        Assert.Throws<TemplateException>(() => TemplateCatalog.Load(_definitions));
        Assert.Throws<TemplateException>(() => TemplateCatalog.Load(Path.Join(_definitions, "missing")));
    }

    [Fact]
    public void Find_DefinedButNotBuilt_IsNull()
    {
        Write("tiny");
        var catalog = TemplateCatalog.Load(_definitions);
        Assert.Null(catalog.Find("tiny"));

        var built = new Template("tiny", "1", "/templates/tiny", new Dictionary<string, string>(), ["/bin/sh"]);
        catalog.Add(built);

        Assert.Same(built, catalog.Find("tiny"));
        Assert.Null(catalog.Find("other"));
    }

    private void Write(string name, string suite = "bookworm") => File.WriteAllText(
        Path.Join(_definitions, name + ".json"),
        $$"""
        { "name": "{{name}}", "description": "d", "suite": "{{suite}}", "packages": ["bash"],
          "environment": { "PATH": "/bin", "HOME": "/home/sandbox" }, "shell": ["/bin/bash", "-c"] }
        """);

    private static string ShippedDefinitions()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Join(directory, "AgentSandbox.slnx"))) directory = Path.GetDirectoryName(directory)!;
        return Path.Join(directory, "templates");
    }
}
