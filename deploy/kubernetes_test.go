package deploy

import (
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// manifests are what kubectl apply -k would send, in Kubernetes' own types: a field that is not theirs fails.
type manifests struct {
	account    core.ServiceAccount
	deployment apps.Deployment
	service    core.Service
	disruption policy.PodDisruptionBudget
	network    networking.NetworkPolicy
}

func build(t *testing.T) (m manifests) {
	t.Helper()
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), "kubernetes")
	require.NoError(t, err)
	kinds := map[string]any{
		"v1 ServiceAccount": &m.account, "apps/v1 Deployment": &m.deployment, "v1 Service": &m.service,
		"policy/v1 PodDisruptionBudget": &m.disruption, "networking.k8s.io/v1 NetworkPolicy": &m.network,
	}
	require.Len(t, resources.Resources(), len(kinds))
	for _, resource := range resources.Resources() {
		text, err := resource.AsYAML()
		require.NoError(t, err)
		kind := kinds[resource.GetApiVersion()+" "+resource.GetKind()]
		require.NotNil(t, kind, resource.GetKind())
		require.NoError(t, yaml.UnmarshalStrict(text, kind), string(text))
		require.Equal(t, "handback", resource.GetName())
	}
	return m
}

func TestKubernetesSelectorsFindThePods(t *testing.T) {
	m := build(t)
	pods := m.deployment.Spec.Template
	require.NotEmpty(t, pods.Labels)
	require.Equal(t, pods.Labels, m.service.Spec.Selector)
	for _, selector := range []*meta.LabelSelector{
		m.deployment.Spec.Selector, m.disruption.Spec.Selector, &m.network.Spec.PodSelector, pods.Spec.TopologySpreadConstraints[0].LabelSelector,
	} {
		require.NotNil(t, selector)
		require.Equal(t, pods.Labels, selector.MatchLabels)
	}
	require.Equal(t, m.account.Name, pods.Spec.ServiceAccountName)
	named := ports(m)
	require.Contains(t, named, m.service.Spec.Ports[0].TargetPort.StrVal)
	for _, rule := range m.network.Spec.Ingress {
		for _, port := range rule.Ports {
			require.Contains(t, named, port.Port.StrVal)
		}
	}
}

func ports(m manifests) map[string]int32 {
	named := map[string]int32{}
	for _, port := range m.deployment.Spec.Template.Spec.Containers[0].Ports {
		named[port.Name] = port.ContainerPort
	}
	return named
}

// TestKubernetesPodsMayDoLittle is what the profile restricted of the Pod Security Standards asks for, and a root that is read-only.
func TestKubernetesPodsMayDoLittle(t *testing.T) {
	pod := build(t).deployment.Spec.Template.Spec
	require.True(t, *pod.SecurityContext.RunAsNonRoot)
	require.Equal(t, core.SeccompProfileTypeRuntimeDefault, pod.SecurityContext.SeccompProfile.Type)
	require.False(t, *pod.AutomountServiceAccountToken)
	require.False(t, *pod.EnableServiceLinks)
	require.Empty(t, pod.InitContainers)
	require.Empty(t, pod.Volumes)
	require.Len(t, pod.Containers, 1)
	container := pod.Containers[0].SecurityContext
	require.False(t, *container.AllowPrivilegeEscalation)
	require.True(t, *container.ReadOnlyRootFilesystem)
	require.Equal(t, []core.Capability{"ALL"}, container.Capabilities.Drop)
	require.Empty(t, container.Capabilities.Add)
}

// TestKubernetesEnvironment: what is not secret stands in the manifest, the rest comes from the secret that is made of handback.env.
func TestKubernetesEnvironment(t *testing.T) {
	pod := build(t).deployment.Spec.Template.Spec
	container, environment := pod.Containers[0], map[string]string{}
	for _, variable := range container.Env {
		require.Contains(t, variables(t), variable.Name)
		require.NotContains(t, example(t), variable.Name, "it is set twice")
		environment[variable.Name] = variable.Value
	}
	require.Equal(t, "handback", container.EnvFrom[0].SecretRef.Name)
	requireTimeToStop(t, environment, time.Duration(*pod.TerminationGracePeriodSeconds)*time.Second)
	aimedAt := regexp.MustCompile(`memoryLimit\s+= (\d+) << 20`).FindStringSubmatch(read(t, root+"/server.go"))
	require.NotEmpty(t, aimedAt)
	mebibytes, err := strconv.ParseInt(aimedAt[1], 10, 64)
	require.NoError(t, err)
	require.GreaterOrEqual(t, container.Resources.Limits.Memory().Value(), 2*mebibytes<<20)
	require.GreaterOrEqual(t, container.Resources.Requests.Memory().Value(), mebibytes<<20)
}

// TestKubernetesProbes ask where operators are answered, and restart nothing that a restart does not help.
func TestKubernetesProbes(t *testing.T) {
	m := build(t)
	container := m.deployment.Spec.Template.Spec.Containers[0]
	for probe, path := range map[*core.Probe]string{container.StartupProbe: "/livez", container.LivenessProbe: "/livez", container.ReadinessProbe: "/readyz"} {
		require.Equal(t, path, probe.HTTPGet.Path)
		require.Equal(t, "ops", probe.HTTPGet.Port.StrVal)
		require.Contains(t, read(t, root+"/routes.go"), `"GET /livez"`)
	}
	require.Greater(t, *m.deployment.Spec.Replicas, int32(m.disruption.Spec.MaxUnavailable.IntValue()))
	require.Zero(t, m.deployment.Spec.Strategy.RollingUpdate.MaxUnavailable.IntValue())
	for _, variable := range container.Env {
		switch variable.Name {
		case "ADDR":
			require.Equal(t, ":8080", variable.Value)
			require.Equal(t, int32(8080), ports(m)["http"])
		case "OPS_ADDR":
			require.Equal(t, ":9080", variable.Value)
			require.Equal(t, int32(9080), ports(m)["ops"])
		}
	}
}
