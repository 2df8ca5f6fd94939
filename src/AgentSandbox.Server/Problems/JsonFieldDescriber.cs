using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AgentSandbox.Server.Problems;

/// <summary>Says of a JSON path that could not be read whether the field is unknown there or has the wrong type.</summary>
internal static class JsonFieldDescriber
{
    public static (string Field, string Message) Describe(Type? type, string path)
    {
        var field = path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path;
        return (field.Length <= ValidationErrors.MaxField ? field : field[..ValidationErrors.MaxField], Explain(type, field));
    }

    private static string Explain(Type? type, string field)
    {
        var info = type is null ? null : JsonSettings.Default.GetTypeInfo(type);
        foreach (var segment in field.Split('.'))
        {
            if (info is { Kind: JsonTypeInfoKind.Dictionary, ElementType: { } elementType })
            {
                info = JsonSettings.Default.GetTypeInfo(elementType);
                continue;
            }

            if (info is not { Kind: JsonTypeInfoKind.Object }) break;
            var name = segment.Split('[')[0];
            var property = info.Properties.FirstOrDefault(candidate => string.Equals(candidate.Name, name, StringComparison.OrdinalIgnoreCase));
            if (property is null)
            {
                return $"is not a field here. Known fields: {string.Join(", ", info.Properties.Select(known => known.Name))}.";
            }

            info = JsonSettings.Default.GetTypeInfo(property.PropertyType);
        }

        return $"must be {Expected(info)}.";
    }

    /// <summary>The fields without which a body of this type cannot be read.</summary>
    public static IReadOnlyList<string> RequiredFields(Type? type) =>
        type is null ? [] : [.. JsonSettings.Default.GetTypeInfo(type).Properties.Where(property => property.IsRequired).Select(property => property.Name)];

    private static string Expected(JsonTypeInfo? info)
    {
        if (info is null) return "of another type";
        var type = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        if (type.IsEnum) return $"one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName))}";
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => "an object",
            JsonTypeInfoKind.Dictionary => "an object whose values are texts",
            JsonTypeInfoKind.Enumerable => "an array",
            _ when type.GetCustomAttribute<DescriptionAttribute>() is { } described => described.Description,
            _ when type == typeof(string) => "a text",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(int) || type == typeof(long) => "a whole number",
            _ when type == typeof(double) => "a number",
            _ => "of another type",
        };
    }
}
