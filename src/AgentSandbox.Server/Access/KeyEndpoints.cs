using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentSandbox.Server.Access;

internal static class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/api/v1/keys").WithTags("Access").ForAdmins().ProducesProblem(401).ProducesProblem(403);
        keys.MapPost("/", CreateAsync).WithName("createKey").WithSummary("Make a key. Its secret is in this answer and nowhere else.").ProducesProblem(422);
        keys.MapGet("/", List).WithName("listKeys").WithSummary("All keys, without their secrets; revoked and expired ones too.");
        keys.MapDelete("/{keyId}", RevokeAsync).WithName("revokeKey").WithSummary("Revoke a key: the next request with it is refused.").ProducesProblem(404);
    }

    private static async Task<Results<Created<NewKeyResponse>, ProblemHttpResult>> CreateAsync(
        CreateKeyRequest body, KeyStore keys, AuditRecord audit, CancellationToken cancellationToken)
    {
        var (wish, errors) = KeyValidator.Validate(body);
        if (errors.Any) return Problem.Invalid(errors);

        var (key, text) = await keys.CreateAsync(wish, cancellationToken);
        audit.Entry = audit.Entry with { Detail = $"{key.Id} for {key.Owner}, {RoleNames.Of(key.Role)}" };
        return TypedResults.Created($"/api/v1/keys/{key.Id}", new NewKeyResponse(text.ToString(), ToResponse(key)));
    }

    private static Ok<KeyList> List(KeyStore keys) => TypedResults.Ok(new KeyList([.. keys.All.Select(ToResponse)], null));

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(string keyId, KeyStore keys, CancellationToken cancellationToken) =>
        await keys.RevokeAsync(keyId, cancellationToken)
            ? TypedResults.NoContent()
            : Problem.Create(404, "key_not_found", "There is no such key.", "GET /api/v1/keys lists them.");

    private static KeyResponse ToResponse(ApiKey key) => new(
        key.Id, key.Name, key.Owner, key.Role, ScopeNames.Of(key.Scopes), key.CreatedAt, key.ExpiresAt, key.RevokedAt);
}
