using System.Net.Sockets;
using AgentSandbox.Server.Access;
using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Configuration;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Hosting;

/// <summary>
/// What the process does with its command line. Every failure to start is a plain text for the operator and exit code 1,
/// never a stack trace.
/// </summary>
internal static class EntryPoint
{
    private const int UsageExitCode = 64;

    public static async Task<int> RunAsync(string[] args)
    {
        if (!OperatingSystem.IsLinux()) return Fail("Boxes are made of what the Linux kernel offers: start the server on Linux, or in a Linux virtual machine.");
        try
        {
            var configuration = ServerConfiguration.Read(new ConfigurationBuilder().AddEnvironmentVariables().Build());
            return args switch
            {
                [] => await ServeCommand.RunAsync(configuration),
                ["audit", .. var rest] => await AuditCommand.RunAsync(configuration, rest),
                ["key", .. var rest] => await KeyCommand.RunAsync(configuration, rest),
                ["doctor", .. var options] => await ExamineCommand.RunAsync(configuration, options.Contains("--json")),
                ["template", .. var names] => await TemplateCommand.RunAsync(
                    configuration.Templates, configuration.Paths.TemplatesDirectory, names, Console.Out, CancellationToken.None),
                _ => Fail($"Unknown argument '{args[0]}'. Give none to start the server, or one of: audit, doctor, key, template.", UsageExitCode),
            };
        }
        catch (ConfigurationException exception)
        {
            return Fail($"The configuration is not valid:{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", exception.Errors)}");
        }
        catch (Exception exception) when (exception is SandboxRuntimeException or TemplateException or AccessException or AuditException)
        {
            return Fail(exception.Message);
        }
        catch (OperationCanceledException)
        {
            return 0;                        // told to stop before it had started
        }
        catch (IOException exception) when (exception.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            return Fail("Another program listens on that port. Set PORT to a free one.");
        }
        catch (SocketException exception)
        {
            return Fail($"The server cannot listen there: {exception.Message}. HOST must be an address of this machine.");
        }
    }

    private static int Fail(string message, int exitCode = 1)
    {
        Console.Error.WriteLine(message);
        return exitCode;
    }
}
