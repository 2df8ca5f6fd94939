using System.Text.RegularExpressions;

namespace AgentSandbox.Server.Templates;

/// <summary>
/// The name of an image as people write it, such as <c>python:3.13-alpine</c> or <c>registry.example/team/tool@sha256:…</c>,
/// by the grammar of <see href="https://pkg.go.dev/github.com/distribution/reference"/>.
/// </summary>
internal sealed partial record ImageReference
{
    private const int MaxName = 255;
    private const int MaxText = MaxName + 1 + 128 + 1 + 256;    // with a tag and a digest
    private const string DefaultTag = "latest";

    private readonly string _text;

    private ImageReference(string text, bool isExact)
    {
        _text = text;
        Text = isExact ? text : $"{text}:{DefaultTag}";
    }

    /// <summary>With a tag or a digest: an engine that is told to pull neither pulls every tag there is.</summary>
    public string Text { get; }

    public static ImageReference? TryParse(string text)
    {
        if (text.Length > MaxText || Grammar.Match(text) is not { Success: true } match) return null;
        if (match.Groups["name"].Length > MaxName) return null;
        return new ImageReference(text, isExact: match.Groups["tag"].Success || match.Groups["digest"].Success);
    }

    /// <summary>As it was written.</summary>
    public override string ToString() => _text;

    [GeneratedRegex(
        """
        \A
        (?<name>
          ( ( [a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])? ( \. [a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])? )* | \[[a-fA-F0-9:]+\] ) ( : [0-9]+ )? / )?
          [a-z0-9]+ ( ( [._] | __ | -+ ) [a-z0-9]+ )*
          ( / [a-z0-9]+ ( ( [._] | __ | -+ ) [a-z0-9]+ )* )*
        )
        ( : (?<tag> [a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127} ) )?
        ( @ (?<digest> [A-Za-z][A-Za-z0-9]* ( [-_+.][A-Za-z][A-Za-z0-9]* )* : [0-9a-fA-F]{32,128} ) )?
        \z
        """,
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Grammar { get; }
}
