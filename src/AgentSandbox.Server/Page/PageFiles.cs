using AgentSandbox.Server.Configuration;
using Microsoft.Extensions.FileProviders;

namespace AgentSandbox.Server.Page;

/// <summary>Serves the built page. Without one the API works all the same.</summary>
internal static class PageFiles
{
    public static void UsePage(this WebApplication app)
    {
        var directory = app.Services.GetRequiredService<ServerPaths>().PageDirectory;
        if (!File.Exists(Path.Combine(directory, "index.html"))) return;

        var files = new PhysicalFileProvider(directory);
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            // The build puts a hash into every name but that of the page itself.
            OnPrepareResponse = context => context.Context.Response.Headers.CacheControl =
                context.File.Name == "index.html" ? "no-cache" : "public, max-age=31536000, immutable",
        });
    }
}
