// Calls one operation per surface with openapi-generator's Go client. This file is copied into the client as the
// command `calls`. Prints the results as JSON.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"strings"

	client "example.com/slipway/client"
)

func main() {
	configuration := client.NewConfiguration()
	configuration.Servers = client.ServerConfigurations{{URL: os.Getenv("SLIPWAY_BASE_URL")}}
	api := client.NewAPIClient(configuration)
	ctx := context.WithValue(context.Background(), client.ContextAccessToken, os.Getenv("SLIPWAY_API_KEY"))

	upload := client.NewPluginUploadRequest("sample")
	upload.SetVersion("1.0.0")
	namespaced, _, err := api.PluginsAPI.CreatePluginUpload(ctx, os.Getenv("SLIPWAY_NAMESPACE")).PluginUploadRequest(*upload).Execute()
	check(err)
	organization, _, err := api.OrganizationPluginsAPI.CreateOrganizationPluginUpload(ctx).PluginUploadRequest(*upload).Execute()
	check(err)

	execute := client.NewCallPipelinePluginRequest("execute")
	execute.SetParams(map[string]interface{}{"action": "count_words", "params": map[string]string{"text": "two words"}})
	pipeline, _, err := api.PipelinePluginsAPI.CallPipelinePlugin(ctx, "sample-pipeline").CallPipelinePluginRequest(*execute).Execute()
	check(err)
	health := client.NewCallStoragePluginRequest("health")
	storage, _, err := api.StoragePluginsAPI.CallStoragePlugin(ctx, "sample-storage").CallStoragePluginRequest(*health).Execute()
	check(err)

	registration := client.NewRegisterPluginRequest(
		"sample-agent", "1.0.0", "log", "https://artifacts.example.com/sample-1.0.0.tar.gz", "sha256:"+strings.Repeat("0", 64))
	agent, _, err := api.AgentPluginsAPI.RegisterPlugin(ctx).RegisterPluginRequest(*registration).Execute()
	check(err)

	check(json.NewEncoder(os.Stdout).Encode(map[string]any{
		"namespaced":   namespaced.GetPluginId(),
		"organization": organization.GetPluginId(),
		"pipeline":     pipeline.GetResult(),
		"storage":      storage.GetResult(),
		"agent":        agent.GetName() + " " + agent.GetVersion(),
	}))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
