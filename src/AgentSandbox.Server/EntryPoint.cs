using AgentSandbox.Server.Configuration;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server;

/// <summary>
/// What the process does with its command line: <c>doctor</c> examines the host; without a word the server runs. Every
/// failure to start is a plain text for the operator and exit code 1, never a stack trace.
/// </summary>
internal static class EntryPoint
{
    public static async Task<int> RunAsync(string[] args, Func<ServerConfiguration, WebApplication> build)
    {
        try
        {
            var configuration = ServerConfiguration.Read(new ConfigurationBuilder().AddEnvironmentVariables().Build());
            return args switch
            {
                [] => await ServeAsync(build(configuration)),
                ["template", .. var names] => await TemplateCommand.RunAsync(
                    configuration.Templates, configuration.Paths.TemplatesDirectory, names, Console.Out, CancellationToken.None),
                ["doctor"] => await DoctorAsync(configuration),
                _ => Fail($"Unknown argument '{args[0]}'. Give none to start the server, or one of: doctor, template"),
            };
        }
        catch (ConfigurationException exception)
        {
            return Fail($"The configuration is not valid:{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", exception.Errors)}");
        }
        catch (Exception exception) when (exception is SandboxRuntimeException or TemplateException)
        {
            return Fail(exception.Message);
        }
        catch (IOException exception) when (exception.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            return Fail($"{exception.Message} Set PORT to a free one.");
        }
    }

    private static async Task<int> ServeAsync(WebApplication app)
    {
        await using (app) await app.RunAsync();
        return 0;
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine(message);
        return 1;
    }
}
