using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using AgentSandbox.Server.Problems;
using NJsonSchema;
using NJsonSchema.Validation;

namespace AgentSandbox.Server.Agents;

/// <summary>An agent of the catalogue: its manifest and its input schema, ready to check with. Immutable.</summary>
internal sealed class Agent(AgentManifest manifest, JsonSchema inputSchema)
{
    public AgentManifest Manifest { get; } = manifest;

    /// <summary>Checks an input against the schema; what does not fit is named by its field.</summary>
    public ValidationErrors Validate(JsonElement input)
    {
        var errors = new ValidationErrors();
        // Nobody has looked into its texts yet: the parser looks only for where they end.
        if (!Utf8.IsValid(JsonMarshal.GetRawUtf8Value(input)))
        {
            errors.Add("body", "is not UTF-8.");
            return errors;
        }

        try
        {
            foreach (var error in inputSchema.Validate(input.GetRawText()).TakeWhile(_ => !errors.IsFull).Where(error => !IsShortEnough(error))) Add(error, errors);
        }
        catch (Newtonsoft.Json.JsonException)
        {
            errors.Add("body", "holds a value that cannot be checked, such as a number with hundreds of digits.");
        }

        return errors;
    }

    /// <summary>The library counts UTF-16 units, but JSON Schema counts characters: an emoji is one.</summary>
    private static bool IsShortEnough(ValidationError error) =>
        error.Kind == ValidationErrorKind.StringTooLong
        && error.Token?.ToString() is { } text
        && text.EnumerateRunes().Count() <= error.Schema.MaxLength;

    private static void Add(ValidationError error, ValidationErrors errors)
    {
        var field = error.Path?.TrimStart('#').TrimStart('/') is { Length: > 0 } path ? path : "body";
        errors.Add(field, Explain(error));
    }

    private static string Explain(ValidationError error) => error.Kind switch
    {
        ValidationErrorKind.PropertyRequired => "is missing.",
        ValidationErrorKind.NoAdditionalPropertiesAllowed => $"is not a field here. Known fields: {string.Join(", ", error.Schema.Properties.Keys)}.",
        ValidationErrorKind.StringExpected => "must be a text.",
        ValidationErrorKind.BooleanExpected => "must be true or false.",
        ValidationErrorKind.IntegerExpected => "must be a whole number.",
        ValidationErrorKind.NumberExpected => "must be a number.",
        ValidationErrorKind.ObjectExpected => "must be an object.",
        ValidationErrorKind.ArrayExpected => "must be an array.",
        ValidationErrorKind.StringTooLong => $"is longer than the {error.Schema.MaxLength} characters allowed.",
        ValidationErrorKind.StringTooShort => $"is shorter than the {error.Schema.MinLength} characters needed.",
        ValidationErrorKind.PatternMismatch => error.Schema.Pattern == NotBlank ? "must not be blank." : $"must match the pattern {error.Schema.Pattern}.",
        ValidationErrorKind.NotInEnumeration => $"must be one of {string.Join(", ", error.Schema.Enumeration)}.",
        ValidationErrorKind.NumberTooSmall => $"must be at least {error.Schema.Minimum}.",
        ValidationErrorKind.NumberTooBig => $"must be at most {error.Schema.Maximum}.",
        var kind => $"does not fit the agent's input schema ({kind}).",
    };

    /// <summary>The pattern by which schemas ask for a text with at least one visible character.</summary>
    private const string NotBlank = @"\S";
}
