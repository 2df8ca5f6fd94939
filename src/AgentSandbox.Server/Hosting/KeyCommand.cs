using System.CommandLine;
using AgentSandbox.Server.Access;
using AgentSandbox.Server.Configuration;

namespace AgentSandbox.Server.Hosting;

/// <summary><c>./run key create | list | revoke</c>: manages keys without a server, and beside one that runs.</summary>
internal static class KeyCommand
{
    private const int InvalidExitCode = 64;

    public static Task<int> RunAsync(ServerConfiguration configuration, string[] args)
    {
        var keys = new KeyStore(new KeyFile(configuration.Access.Directory, TimeProvider.System), TimeProvider.System);
        var root = new RootCommand("Manage the keys that callers prove themselves with.") { Create(keys), List(keys), Revoke(keys) };
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    private static Command Create(KeyStore keys)
    {
        var name = new Option<string>("--name") { Description = "What the key is for.", DefaultValueFactory = _ => "key" };
        var owner = new Option<string>("--owner") { Description = "Whose sessions its holder sees.", DefaultValueFactory = _ => "admin" };
        var role = new Option<string>("--role") { Description = "What its holder may do.", DefaultValueFactory = _ => "user" }.AcceptOnlyFromAmong("admin", "user", "read-only");
        var scopes = new Option<string[]>("--scope") { Description = "The part of the API it is good for; all unless given.", AllowMultipleArgumentsPerToken = true };
        scopes.AcceptOnlyFromAmong([.. ScopeNames.All]);
        var days = new Option<double?>("--days") { Description = "How long it is valid; for ever unless given." };
        var create = new Command("create", "Make a key and show it this once.") { name, owner, role, scopes, days };
        create.SetAction(async (parsed, cancellationToken) =>
        {
            var (wish, errors) = KeyValidator.Validate(new CreateKeyRequest(
                parsed.GetValue(name)!,
                parsed.GetValue(owner)!,
                RoleNames.TryParse(parsed.GetValue(role)!, out var asked) ? asked : Role.ReadOnly,
                parsed.GetValue(scopes) is { Length: > 0 } named ? named : null,
                parsed.GetValue(days) is { } given ? (long)(given * 86_400_000) : null));
            if (errors.Any) return Refuse(errors.Fields.SelectMany(field => field.Value.Select(message => $"{field.Key} {message}")));

            var (key, text) = await keys.CreateAsync(wish, cancellationToken);
            Console.Error.WriteLine($"Key {key.Id} of {key.Owner}, {RoleNames.Of(key.Role)}. Keep it: it is not shown again.");
            Console.Out.WriteLine(text);
            return 0;
        });
        return create;
    }

    private static Command List(KeyStore keys)
    {
        var list = new Command("list", "Show all keys, without their secrets.");
        list.SetAction(_ =>
        {
            Console.Out.WriteLine($"{"id",-12}  {"role",-9}  {"owner",-16}  {"name",-16}  {"expires",-20}  state");
            foreach (var key in keys.All)
            {
                var state = key.RevokedAt is not null ? "revoked" : key.IsValidAt(TimeProvider.System.GetUtcNow()) ? "valid" : "expired";
                var expires = key.ExpiresAt?.ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture) ?? "never";
                Console.Out.WriteLine($"{key.Id,-12}  {RoleNames.Of(key.Role),-9}  {key.Owner,-16}  {key.Name,-16}  {expires,-20}  {state}");
            }
        });
        return list;
    }

    private static Command Revoke(KeyStore keys)
    {
        var id = new Argument<string>("id") { Description = "As 'key list' shows it." };
        var revoke = new Command("revoke", "End a key: the next request with it is refused.") { id };
        revoke.SetAction(async (parsed, cancellationToken) =>
            await keys.RevokeAsync(parsed.GetValue(id)!, cancellationToken) ? 0 : Refuse([$"There is no key {parsed.GetValue(id)}."]));
        return revoke;
    }

    private static int Refuse(IEnumerable<string> messages)
    {
        foreach (var message in messages) Console.Error.WriteLine(message);
        return InvalidExitCode;
    }
}
